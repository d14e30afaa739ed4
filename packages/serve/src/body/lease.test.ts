import { describe, expect, it } from 'vitest';
import { BodyBudget } from './lease.js';

const code = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('BodyBudget', () => {
  it('bounds one body by its declared length and by what arrives', () => {
    const budget = new BodyBudget(10, 100);
    expect(code(() => budget.open(11))).toBe('E_BODY_TOO_LARGE');
    const lease = budget.open(10);
    lease.take(10);
    expect(code(() => lease.take(1))).toBe('E_BODY_TOO_LARGE');
  });

  it('bounds all bodies together and gives back on release, once', () => {
    const budget = new BodyBudget(10, 15);
    const first = budget.open();
    first.take(10);
    const second = budget.open();
    expect(code(() => second.take(6))).toBe('E_OVERLOADED');
    first.release();
    first.release();
    expect(budget.heldBytes).toBe(0);
    second.take(6);
    expect(budget.heldBytes).toBe(6);
  });
});
