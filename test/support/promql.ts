/** Of every metric the values of each of its labels, as a page of Prometheus' text format has them. */
export type Series = Map<string, Map<string, Set<string>>>;

/** Reads the samples of a page; every metric that Prometheus scrapes has the labels `job` and `instance` as well. */
export function readSeries(page: string): Series {
  const series: Series = new Map([['up', new Map()]]);
  for (const line of page.split('\n')) {
    const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const known = series.get(name) ?? new Map<string, Set<string>>();
    series.set(name, known);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value));
  }
  return series;
}

const scraped = ['job', 'instance'];

/** What an expression is, with the labels that its result still has. */
type Typed = { type: 'scalar' | 'vector' | 'range'; labels: ReadonlySet<string> };

/**
 * Why an expression cannot mean what it should, or null: it does not parse, asks for a metric, label or label value
 * that no page has, gives a function what it does not take, or groups by what is not there. The part of PromQL that
 * our rules need.
 */
export function objectToPromql(expression: string, series: Series): string | null {
  try {
    const reader = new Reader(expression, series);
    const { type } = reader.expression(0);
    reader.end();
    return type === 'range' ? 'its result is a range' : null;
  } catch (error) {
    return (error as Error).message;
  }
}

const ofRange = ['rate', 'increase', 'min_over_time', 'max_over_time', 'avg_over_time', 'predict_linear'];
const ofVector = ['histogram_quantile', 'vector'];
const aggregations = ['sum', 'max', 'min', 'avg', 'count'];
const operators = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const none: ReadonlySet<string> = new Set();

class Reader {
  readonly #tokens: string[];
  readonly #series: Series;
  #at = 0;

  constructor(expression: string, series: Series) {
    const token =
      /\s*("(?:[^"\\]|\\.)*"|\d+[smhdw]|[a-zA-Z_:$][\w:]*|\d+(?:\.\d+)?|[=!]~|[=!<>]=|[-+*/%=<>(){}[\],])/gy;
    const text = expression.trim();
    this.#tokens = [...text.matchAll(token)].map(([, each = '']) => each);
    if (this.#tokens.join('').length !== text.replaceAll(/\s/g, '').length)
      throw new Error(`it cannot be read: ${text}`);
    this.#series = series;
  }

  expression(level: number): Typed {
    if (level === operators.length) return this.#operand();
    let left = this.expression(level + 1);
    while (operators[level]?.includes(this.#peek()) === true) {
      this.#take();
      const on = this.#peek() === 'on' ? this.#matching() : null;
      const right = this.expression(level + 1);
      left = this.#join(left, right, on);
    }
    return left;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new Error(`it goes on with ${this.#peek()}`);
  }

  /** Two vectors meet only where they have the same labels, or name those that they meet by. */
  #join(left: Typed, right: Typed, on: string[] | null): Typed {
    if (left.type === 'range' || right.type === 'range') throw new Error('a range is an operand');
    if (left.type === 'scalar') return right;
    if (right.type === 'scalar') return left;
    for (const label of on ?? [...left.labels, ...right.labels])
      if (!left.labels.has(label) || !right.labels.has(label)) throw new Error(`only one side has ${label}`);
    return left;
  }

  #matching(): string[] {
    this.#take();
    return this.#list('(', ')');
  }

  #operand(): Typed {
    const token = this.#take();
    if (token === '(') {
      const inner = this.expression(0);
      this.#expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return { type: 'scalar', labels: none };
    if (aggregations.includes(token)) return this.#aggregation();
    if (this.#peek() === '(') return this.#call(token);
    return this.#selector(token);
  }

  #aggregation(): Typed {
    const by = this.#peek() === 'by' ? this.#matching() : [];
    this.#expect('(');
    const inner = this.expression(0);
    this.#expect(')');
    if (inner.type !== 'vector') throw new Error('what is no vector is aggregated');
    for (const label of by)
      if (!inner.labels.has(label)) throw new Error(`it groups by ${label}, which is not there`);
    return { type: 'vector', labels: new Set(by) };
  }

  #call(name: string): Typed {
    this.#expect('(');
    const given = [this.expression(0)];
    while (this.#peek() === ',') {
      this.#take();
      given.push(this.expression(0));
    }
    this.#expect(')');
    if (![...ofRange, ...ofVector].includes(name)) throw new Error(`${name} is no function`);
    if (name === 'vector') return { type: 'vector', labels: none };
    const wanted = ofRange.includes(name) ? 'range' : 'vector';
    const taken = given.find(({ type }) => type !== 'scalar');
    if (taken?.type !== wanted) throw new Error(`${name} takes a ${wanted}`);
    if (name !== 'histogram_quantile') return { type: 'vector', labels: taken.labels };
    if (!taken.labels.has('le')) throw new Error('histogram_quantile is given no le');
    return { type: 'vector', labels: new Set([...taken.labels].filter((label) => label !== 'le')) };
  }

  #selector(name: string): Typed {
    const known = this.#series.get(name);
    if (known === undefined) throw new Error(`there is no metric ${name}`);
    if (this.#peek() === '{') this.#matchers(name, known);
    const labels = new Set([...known.keys(), ...scraped]);
    if (this.#peek() !== '[') return { type: 'vector', labels };
    this.#take();
    const span = this.#take();
    if (!/^\d+[smhdw]$|^\$__rate_interval$/.test(span)) throw new Error(`${span} is no span of time`);
    this.#expect(']');
    return { type: 'range', labels };
  }

  #matchers(name: string, known: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#expect('{');
    while (this.#peek() !== '}') {
      const [label, how, quoted] = [this.#take(), this.#take(), this.#take()];
      const value = quoted.slice(1, -1);
      if (!scraped.includes(label)) checkMatcher(name, known.get(label), { label, how, value });
      if (this.#peek() === ',') this.#take();
    }
    this.#take();
  }

  #list(from: string, to: string): string[] {
    this.#expect(from);
    const items: string[] = [];
    while (this.#peek() !== to) {
      items.push(this.#take());
      if (this.#peek() === ',') this.#take();
    }
    this.#take();
    return items;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Error('it ends too early');
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw new Error(`it has ${found} where ${token} should be`);
  }
}

function checkMatcher(
  name: string,
  values: ReadonlySet<string> | undefined,
  { label, how, value }: { label: string; how: string; value: string },
): void {
  if (values === undefined) throw new Error(`${name} has no label ${label}`);
  if (['=', '!='].includes(how) && !values.has(value))
    throw new Error(`${label} of ${name} is never ${value}`);
}
