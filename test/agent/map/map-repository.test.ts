import { describe, expect, it } from '@jest/globals';
import { drawMap } from '../../../src/agent/map/draw-map.ts';
import { mapRepository } from '../../../src/agent/map/map-repository.ts';
import { readDefinitions } from '../../../src/agent/map/read-definitions.ts';

const signal = new AbortController().signal;
const nothing = { likely: [], names: [] };

describe('readDefinitions', () => {
  it.each<[string, string, string[]]>([
    [
      'a.ts',
      'export class Store<T> {\n  get(key: string): T { const x = 1; }\n}\nexport const limit = 3;\ninterface Row {}\ntype Id = string;\nenum Way { Up }\nfunction go() { const inner = 2; }\n',
      ['Store', 'get', 'limit', 'Row', 'Id', 'Way', 'go'],
    ],
    ['a.tsx', 'export const View = () => <p>hi</p>;\n', ['View']],
    ['a.jsx', 'class A { run() { return <b/>; } }\nconst b = 1;\n', ['A', 'run', 'b']],
    [
      'a.py',
      'class Bus:\n    async def send(self):\n        pass\n\ndef main():\n    pass\n',
      ['Bus', 'send', 'main'],
    ],
    [
      'a.go',
      'package a\nconst Max = 1\ntype Server struct{}\nfunc (s *Server) Serve() {}\nfunc New() *Server { return nil }\n',
      ['Max', 'Server', 'Serve', 'New'],
    ],
    [
      'a.rs',
      'pub struct S;\nimpl S { pub fn go(&self) {} }\ntrait T { fn m(&self); }\nmacro_rules! mac { () => {} }\n',
      ['S', 'go', 'T', 'm', 'mac'],
    ],
    [
      'A.java',
      'class A {\n  A() {}\n  int size() { return 1; }\n}\nrecord P(int x) {}\n',
      ['A', 'A', 'size', 'P'],
    ],
    [
      'a.c',
      '#define SQ(x) x*x\nstruct node { int v; };\nstatic int *find(int k) { return 0; }\n',
      ['SQ', 'node', 'find'],
    ],
    ['a.cpp', 'namespace n {\nclass C {\n  void run();\n};\nvoid C::run() {}\n}\n', ['n', 'C', 'run', 'run']],
    [
      'a.rb',
      'module M\n  class K\n    def self.make; end\n    def go?; end\n  end\nend\n',
      ['M', 'K', 'make', 'go?'],
    ],
    [
      'a.php',
      '<?php\ninterface I {}\nclass K {\n  public function go() {}\n}\nfunction f() {}\n',
      ['I', 'K', 'go', 'f'],
    ],
    [
      'a.cs',
      'interface I {}\nclass K {\n  public int Size { get; set; }\n  K() {}\n  void Go() {}\n}\n',
      ['I', 'K', 'Size', 'K', 'Go'],
    ],
    ['a.kt', 'class Shop {\n    fun open() {}\n}\n', ['Shop', 'open']],
    ['README.md', 'function nothing() {}\n', []],
  ])('%s', async (path, text, names) => {
    expect((await readDefinitions(path, text)).map(({ name }) => name)).toEqual(names);
  });

  it('reads what it can of broken code, and gives the line as it stands', async () => {
    const text = 'function whole(a, b) {\n}\nfunction bro(((\n\tfunction kept() {';
    const found = await readDefinitions('a.js', text);
    expect(found[0]).toEqual({ name: 'whole', row: 0, line: 'function whole(a, b)' });
  });

  it('cuts long lines, and lists no more than a few hundred', async () => {
    const many = Array.from({ length: 900 }, (_, index) => `function name${index}(${'x'.repeat(100)}) {}`);
    const found = await readDefinitions('a.js', many.join('\n'));
    expect(found).toHaveLength(400);
    expect(found[0]?.line).toHaveLength(100);
  });
});

const shop = [
  { path: 'README.md', text: 'A shop.' },
  {
    path: 'src/cart.ts',
    text: "import { priceOf } from './price-list.ts';\nexport function addToCart(id: string) { return priceOf(id); }\n",
  },
  {
    path: 'src/price-list.ts',
    text: 'export function priceOf(id: string): number { return 1; }\nexport function unusedThing() {}\n',
  },
  { path: 'src/mail.ts', text: 'export function sendMail() {}\n' },
  {
    path: 'test/cart.test.ts',
    text: "import { addToCart } from '../src/cart.ts';\nfunction helper() { addToCart('a'); }\n",
  },
  { path: 'dist/bundle.js', text: 'function bundled() {}' },
  { path: 'logo.png', text: undefined },
];

describe('mapRepository', () => {
  it('ranks first what the likely files use', async () => {
    const { definitions } = await mapRepository(shop, { likely: ['src/cart.ts'], names: [] }, signal);
    expect(definitions[0]).toMatchObject({ path: 'src/price-list.ts', name: 'priceOf' });
    expect(definitions.map(({ name }) => name)).not.toContain('bundled');
  });

  it('ranks first what the task names, whatever file it is in', async () => {
    const { definitions } = await mapRepository(shop, { likely: [], names: ['addToCart'] }, signal);
    expect(definitions[0]).toMatchObject({ name: 'addToCart' });
  });

  it('comes to the same end for any order of files, and reads nothing once it is cancelled', async () => {
    const names = async (files: typeof shop) =>
      (await mapRepository(files, nothing, signal)).definitions.map(({ name }) => name);
    expect(await names([...shop].reverse())).toEqual(await names(shop));
    const reason = new Error('stop');
    await expect(mapRepository(shop, nothing, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('drawMap', () => {
  it('draws everything where there is room', async () => {
    const map = await mapRepository(shop, { likely: ['src/cart.ts'], names: [] }, signal);
    expect(drawMap(map, 2000)).toBe(
      [
        'src/cart.ts',
        '  export function addToCart(id: string) { return priceOf(id); }',
        'src/price-list.ts',
        '  export function priceOf(id: string): number { return 1; }',
        '  export function unusedThing() {}',
        'src/mail.ts',
        '  export function sendMail() {}',
        'test/cart.test.ts',
        "  function helper() { addToCart('a'); }",
        'README.md',
        'dist/bundle.js',
        'logo.png',
      ].join('\n'),
    );
  });

  it.each([0, 10, 40, 100, 200, 400])('keeps within %d characters', async (room) => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      path: `src/deep/f${index}.ts`,
      text: `export function name${index}() {}\n`,
    }));
    const map = await mapRepository([...shop, ...many], { likely: ['src/cart.ts'], names: [] }, signal);
    const drawn = drawMap(map, room);
    expect(drawn.length).toBeLessThanOrEqual(room);
    if (room >= 400) expect(drawn).toMatch(/and \d+ more files$/);
    if (room >= 40) expect(drawn).toContain('src/cart.ts');
  });
});
