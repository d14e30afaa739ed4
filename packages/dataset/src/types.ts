/** Which part of the data a picture belongs to. */
export type Split = 'train' | 'val' | 'test';

/** One labelled picture. */
export interface Sample {
  /** The file it is in: absolute, or relative to the current folder like the path the data was scanned with. */
  readonly path: string;
  /** In a tar: the picture is bytes [offset, offset + length) of `path`. Absent: it is the whole file. */
  readonly offset?: number;
  readonly length?: number;
  /**
   * Path relative to the dataset's root, with `/`; it names the picture in hashes, splits and reports. In shards of
   * `saker preprocess`: its name in the data that they were made of; in other tars `<tar>/<member>`.
   */
  readonly name: string;
  /** Index into `Dataset.classes`; of multi-label data the first of `labels`, -1 when there are none. */
  readonly label: number;
  /** Multi-label data only: indices into `Dataset.classes`, ascending; empty for a picture of none of the classes. */
  readonly labels?: readonly number[];
  /** The data's own split; null when it has none. */
  readonly split: Split | null;
  /** Bytes; 0 when the file is missing. */
  readonly size: number;
}

/** Labelled pictures, as found. Ordered by name. */
export interface Dataset {
  /** The folder, or the folder that holds the manifest or the tars. */
  readonly root: string;
  /**
   * Class names in code-point order; for shards in the order of their own list, and by number where classes are only
   * numbered. A class without pictures is listed too.
   */
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  /** Whether samples carry `labels`. */
  readonly multiLabel: boolean;
  /** Rows of a manifest whose labels are unknown (null in JSON): left out of `samples`. */
  readonly unlabelled: number;
  /** Hidden files, files that are not pictures by their extension, and files outside any class folder; so in tars. */
  readonly ignored: number;
  /** `sha256:<hex>` over the sorted (name, size, class or classes) lines; independent of place and file order. */
  readonly hash: string;
}
