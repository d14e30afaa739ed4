import type { ModelMetadata } from '@saker/spec';
import type { MultiLabelResult } from '../evaluation/evaluate-multi-label.js';
import type { EvaluationResult } from '../evaluation/types.js';

/** What a report is made of. */
export interface ReportInput {
  readonly evaluation: EvaluationResult | MultiLabelResult;
  readonly metadata: ModelMetadata;
  /** The model file: what to call it, and `sha256:<hex>` of its bytes (`predictor.hash()`). */
  readonly model: { readonly name: string; readonly hash: string };
  /** The data evaluated on: its path, its split and its hash (`dataset.hash`), where known. */
  readonly data: { readonly path: string; readonly split?: string | null; readonly hash?: string | null };
  /** Default: "Evaluation report". */
  readonly title?: string;
  /** Default: now. */
  readonly createdAt?: Date;
  /** Wrong predictions shown as pictures; default 24. */
  readonly maxMistakes?: number;
}
