import { describe, expect, it } from '@jest/globals';
import { readLoaded, readShow, readTags, readVersion } from '../../src/models/ollama-shapes.ts';

const asked = { url: 'http://box:11434', model: null };

describe("Ollama's answers", () => {
  it('tell the facts of a model', () => {
    const shown = {
      capabilities: ['completion', 'tools'],
      details: { parameter_size: '8.2B', quantization_level: 'Q4_K_M' },
      model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 40_960 },
    };
    expect(readShow('qwen3:8b', shown, asked)).toEqual({
      id: 'ollama/qwen3:8b',
      capabilities: ['completion', 'tools'],
      contextLength: 40_960,
      parameterSize: '8.2B',
      quantization: 'Q4_K_M',
    });
  });

  it('of an older server tell less', () => {
    expect(readShow('m', {}, asked)).toEqual({ id: 'ollama/m', capabilities: [], contextLength: null });
    expect(readTags({ models: [{ name: 'm:latest' }] }, asked)).toEqual([
      { id: 'ollama/m:latest', capabilities: [], contextLength: null },
    ]);
    expect(readLoaded({ models: [{ name: 'm:latest', size: 5 }] }, asked)).toEqual([
      {
        host: 'http://box:11434',
        id: 'ollama/m:latest',
        contextLength: null,
        sizeBytes: 5,
        vramBytes: 0,
        expiresAt: null,
      },
    ]);
  });

  it('may name the window among the details, or a window that is none', () => {
    const details = { context_length: 2048 };
    expect(readShow('m', { details, model_info: { 'x.context_length': 0 } }, asked).contextLength).toBe(2048);
    expect(readTags({ models: [{ name: 'm', details }] }, asked)[0]?.contextLength).toBe(2048);
  });

  it('may hold no models at all', () => {
    expect(readTags({ models: null }, asked)).toEqual([]);
    expect(readLoaded({ models: null }, asked)).toEqual([]);
  });

  it('of another shape are refused with the place where they differ', () => {
    expect(() => readTags({ models: [{ title: 'm' }] }, asked)).toThrow(/shape that is not Ollama's.*models/);
    expect(() => readVersion('0.33', asked)).toThrow(/Ollama at http:\/\/box:11434/);
    expect(() => readVersion([], asked)).toThrow(expect.objectContaining({ code: 'MODEL_STREAM_BROKEN' }));
  });
});
