/** Bounds on request bodies: bytes of one body, and bytes of all bodies held at once. */
import { SakerError } from '@saker/spec';

/** Counts the bytes of every body being read or waiting for a worker. */
export class BodyBudget {
  #held = 0;
  #open = 0;

  constructor(
    private readonly bodyLimit: number,
    private readonly maxHeldBytes: number,
  ) {}

  /** Bytes held now. */
  get heldBytes(): number {
    return this.#held;
  }

  /**
   * Starts counting one body.
   * @param declared its Content-Length, if it has one.
   * @throws SakerError E_BODY_TOO_LARGE when the declared length is over the limit.
   */
  open(declared?: number): BodyLease {
    if (declared !== undefined && declared > this.bodyLimit) throw this.#tooLarge();
    this.#open += 1;
    let taken = 0;
    let open = true;
    return {
      take: (bytes) => {
        if (taken + bytes > this.bodyLimit) throw this.#tooLarge();
        if (this.#held + bytes > this.maxHeldBytes)
          throw new SakerError('E_OVERLOADED', { waiting: this.#open });
        taken += bytes;
        this.#held += bytes;
      },
      release: () => {
        if (!open) return;
        open = false;
        this.#open -= 1;
        this.#held -= taken;
      },
    };
  }

  #tooLarge(): SakerError {
    return new SakerError('E_BODY_TOO_LARGE', { limit: this.bodyLimit });
  }
}

/** One body's share of the budget. */
export interface BodyLease {
  /** Counts bytes as they arrive. @throws SakerError E_BODY_TOO_LARGE, E_OVERLOADED. */
  take(bytes: number): void;
  /** Gives everything back; safe to call again. */
  release(): void;
}
