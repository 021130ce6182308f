import { writeFile } from 'node:fs/promises';

export type TinyGguf = {
  /** Tokens it says it was trained with. */
  contextLength?: number;
  architecture?: string;
  /** As a file of this version of the format. */
  version?: number;
  chatTemplate?: string;
};

const embedding = 32;
const feedForward = 64;
const alignment = 32;

/** Writes a model of the kind of Llama whose weights are noise: some 120 kB that load, and answer with nonsense. */
export async function writeTinyGguf(file: string, wanted: TinyGguf = {}): Promise<void> {
  await writeFile(file, tinyGguf(wanted));
}

export function tinyGguf({
  contextLength = 512,
  architecture = 'llama',
  version = 3,
  chatTemplate,
}: TinyGguf = {}): Buffer {
  const vocabulary = vocabularyOf();
  const tensors = tensorsFor(vocabulary.length);
  const key = (name: string): string => `${architecture}.${name}`;
  const values = [
    text('general.architecture', architecture),
    text('general.name', 'tiny'),
    text('general.size_label', '0.03M'),
    u32(key('context_length'), contextLength),
    u32(key('embedding_length'), embedding),
    u32(key('block_count'), 1),
    u32(key('feed_forward_length'), feedForward),
    u32(key('attention.head_count'), 2),
    u32(key('attention.head_count_kv'), 2),
    f32(key('attention.layer_norm_rms_epsilon'), 1e-5),
    u32(key('rope.dimension_count'), embedding / 2),
    u32(key('vocab_size'), vocabulary.length),
    text('tokenizer.ggml.model', 'llama'),
    list(
      'tokenizer.ggml.tokens',
      8,
      vocabulary.map(({ piece }) => textBytes(piece)),
    ),
    list(
      'tokenizer.ggml.scores',
      6,
      vocabulary.map(() => f32Bytes(0)),
    ),
    list(
      'tokenizer.ggml.token_type',
      5,
      vocabulary.map(({ type }) => u32Bytes(type)),
    ),
    u32('tokenizer.ggml.bos_token_id', 1),
    u32('tokenizer.ggml.eos_token_id', 2),
    u32('tokenizer.ggml.unknown_token_id', 0),
    ...(chatTemplate === undefined ? [] : [text('tokenizer.chat_template', chatTemplate)]),
  ];
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32Bytes(version),
    u64Bytes(tensors.length),
    u64Bytes(values.length),
    ...values,
    ...infosOf(tensors),
  ]);
  return Buffer.concat([padded(head), ...tensors.map(({ data }) => padded(data))]);
}

/** Unknown, begin, end, every byte, and every character that ASCII prints. */
function vocabularyOf(): { piece: string; type: number }[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    piece: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: 6,
  }));
  const characters = Array.from({ length: 94 }, (_, at) => ({
    piece: String.fromCharCode(33 + at),
    type: 1,
  }));
  const special = [
    { piece: '<unk>', type: 2 },
    { piece: '<s>', type: 3 },
    { piece: '</s>', type: 3 },
  ];
  return [...special, ...bytes, { piece: '▁', type: 1 }, ...characters];
}

type Tensor = { name: string; shape: readonly number[]; data: Buffer };

function tensorsFor(words: number): Tensor[] {
  const random = noise();
  const tensor = (name: string, ...shape: number[]): Tensor => {
    const count = shape.reduce((product, size) => product * size, 1);
    const isNorm = name.includes('norm');
    const numbers = Array.from({ length: count }, () => (isNorm ? 1 : random() * 0.4 - 0.2));
    return { name: `${name}.weight`, shape, data: Buffer.from(new Float32Array(numbers).buffer) };
  };
  return [
    tensor('token_embd', embedding, words),
    tensor('blk.0.attn_norm', embedding),
    ...['q', 'k', 'v', 'output'].map((part) => tensor(`blk.0.attn_${part}`, embedding, embedding)),
    tensor('blk.0.ffn_norm', embedding),
    tensor('blk.0.ffn_gate', embedding, feedForward),
    tensor('blk.0.ffn_up', embedding, feedForward),
    tensor('blk.0.ffn_down', feedForward, embedding),
    tensor('output_norm', embedding),
    tensor('output', embedding, words),
  ];
}

/** The same noise every time. */
function noise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function infosOf(tensors: readonly Tensor[]): Buffer[] {
  let offset = 0;
  return tensors.map(({ name, shape, data }) => {
    const info = [
      textBytes(name),
      u32Bytes(shape.length),
      ...shape.map(u64Bytes),
      u32Bytes(0),
      u64Bytes(offset),
    ];
    offset += padded(data).length;
    return Buffer.concat(info);
  });
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((alignment - (bytes.length % alignment)) % alignment)]);
}

const text = (key: string, value: string): Buffer => entry(key, 8, textBytes(value));
const u32 = (key: string, value: number): Buffer => entry(key, 4, u32Bytes(value));
const f32 = (key: string, value: number): Buffer => entry(key, 6, f32Bytes(value));

function list(key: string, type: number, items: Buffer[]): Buffer {
  return entry(key, 9, Buffer.concat([u32Bytes(type), u64Bytes(items.length), ...items]));
}

function entry(key: string, type: number, value: Buffer): Buffer {
  return Buffer.concat([textBytes(key), u32Bytes(type), value]);
}

function textBytes(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64Bytes(bytes.length), bytes]);
}

function u32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
