import { describe, it, expect } from '@jest/globals';
import { jsonLine, prettyLine, textLine, type LogLine } from '../../src/telemetry/log-line.ts';

const line: LogLine = {
  level: 'warn',
  component: 'processor',
  taskId: '42',
  message: 'two\nlines',
  code: 'PUSH_REJECTED',
  elapsedMs: 5,
  note: 'with space',
  error: { message: 'because', stack: 'far away' },
  timestamp: '2026-01-02T10:30:00.000Z',
};

describe('one line for one entry', () => {
  it('as JSON begins with what every line has', () => {
    expect(jsonLine(line)).toBe(
      '{"timestamp":"2026-01-02T10:30:00.000Z","level":"warn","component":"processor","message":"two\\nlines","taskId":"42","code":"PUSH_REJECTED","elapsedMs":5,"note":"with space","error":{"message":"because","stack":"far away"}}',
    );
  });

  it('as text', () => {
    expect(textLine(line)).toBe(
      '2026-01-02T10:30:00.000Z warn [processor] two\\nlines taskId=42 code=PUSH_REJECTED elapsedMs=5 note="with space" error={"message":"because","stack":"far away"}',
    );
    expect(textLine({ level: 'info', component: 'git', message: 'x' })).toBe('info [git] x');
  });

  it('for a terminal leaves the stack out', () => {
    expect(prettyLine(line, false)).toBe('10:30:00 warn  processor 42 two\\nlines [PUSH_REJECTED] (because)');
    expect(prettyLine({ level: 'info', component: 'git', message: 'x', error: 'plain' }, false)).toBe(
      'info  git       x (plain)',
    );
    expect(
      prettyLine({ level: 'info', component: 'git', message: 'x because', error: 'because' }, false),
    ).toBe('info  git       x because');
  });

  it('with colours when they are wanted', () => {
    expect(prettyLine({ level: 'error', component: 'git', message: 'x' }, true)).toContain('\u001b[31merror');
  });
});
