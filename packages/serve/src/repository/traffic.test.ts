import { describe, expect, it } from 'vitest';
import { type Trial, TrialTraffic } from './traffic.js';

const options = { min_requests: 20, max_error_rate: 0.1, max_latency_ratio: 2, max_disagreement: 0.2 };

function trial(weight = 0.25): { traffic: TrialTraffic; reasons: string[] } {
  const reasons: string[] = [];
  return { traffic: new TrialTraffic('2', weight, options, (reason) => reasons.push(reason)), reasons };
}

function note(traffic: TrialTraffic, count: number, one: (i: number) => Trial): void {
  for (let i = 0; i < count; i++) {
    traffic.noteBaseline(10);
    traffic.note(one(i));
  }
}

describe('TrialTraffic', () => {
  it('takes exactly its share', () => {
    const { traffic } = trial();
    expect(Array.from({ length: 400 }, () => traffic.take()).filter(Boolean)).toHaveLength(100);
    expect(trial(0).traffic.take()).toBe(false);
    expect(trial(1).traffic.take()).toBe(true);
  });

  it('stays while it is as good as the default', () => {
    const { traffic, reasons } = trial();
    note(traffic, 500, (i) => ({ failed: i % 20 === 0, ms: 15, agrees: i % 10 !== 0 }));
    expect(reasons).toEqual([]);
    expect(traffic.rolledBack).toBeNull();
  });

  it.each([
    ['errors', (i: number): Trial => ({ failed: i % 5 === 0, ms: 10 }), /% of its requests failed/],
    ['latency', (): Trial => ({ failed: false, ms: 25 }), /2.5 times/],
    [
      'disagreement',
      (i: number): Trial => ({ failed: false, ms: 10, agrees: i % 3 !== 0 }),
      /answers differ/,
    ],
  ])('is rolled back once for %s, and gets nothing any more', (_, one, reason) => {
    const { traffic, reasons } = trial();
    note(traffic, 19, one);
    expect(reasons).toEqual([]);
    note(traffic, 60, one);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
    expect(traffic.take()).toBe(false);
  });
});
