import { createHash } from 'node:crypto';
import type { ChatRequest } from '../../src/domain/chat.ts';
import { loadCalibrationSet, type CalibrationCase } from '../../src/review/calibration-set.ts';

/** How good a scripted reviewer is at the changes of the calibration. */
export type Quality = 'perfect' | 'coin' | 'rubber-stamp' | 'alarmist';

const cases = loadCalibrationSet();

/** The answer of a reviewer of a known quality to the question about one of the bundled cases. */
export function answerOf(quality: Quality): (request: Pick<ChatRequest, 'messages' | 'format'>) => string {
  return ({ messages, format }) => {
    const asked = messages.map(({ content }) => content).join('\n');
    const about = cases.find(({ title, diff }) => asked.includes(title) && asked.includes(diff));
    if (about === undefined) throw new Error('the question is about none of the bundled cases');
    const { nonce } = (format as { properties: { nonce: { enum: [string] } } }).properties;
    const findings = alarms(quality, about) ? [findingOf(about)] : [];
    return JSON.stringify({ nonce: nonce.enum[0], summary: 'Read.', findings });
  };
}

function alarms(quality: Quality, { id, seeded }: CalibrationCase): boolean {
  switch (quality) {
    case 'perfect':
      return seeded !== null;
    case 'coin':
      return (createHash('sha256').update(id).digest()[0] ?? 0) < 128;
    case 'rubber-stamp':
      return false;
    case 'alarmist':
      return true;
  }
}

function findingOf({ seeded, files: [file = ''] }: CalibrationCase): object {
  return { severity: seeded?.severity ?? 'HIGH', category: 'bugs', file, line: 0, message: 'This is wrong.' };
}
