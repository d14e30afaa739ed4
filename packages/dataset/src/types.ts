/** Which part of the data a picture belongs to. */
export type Split = 'train' | 'val' | 'test';

/** One labelled picture. */
export interface Sample {
  /** Where to read it: absolute, or relative to the current folder like the path the data was scanned with. */
  readonly path: string;
  /** Path relative to the dataset's root, with `/`; it names the picture in hashes, splits and reports. */
  readonly name: string;
  /** Index into `Dataset.classes`. */
  readonly label: number;
  /** The data's own split; null when it has none. */
  readonly split: Split | null;
  /** Bytes; 0 when the file is missing. */
  readonly size: number;
}

/** Labelled pictures, as found. Ordered by name. */
export interface Dataset {
  /** The folder, or the folder that holds the manifest. */
  readonly root: string;
  /** Class names in code-point order. A class folder without pictures is listed too. */
  readonly classes: readonly string[];
  readonly samples: readonly Sample[];
  /** Hidden files, files that are not pictures by their extension, and files outside any class folder. */
  readonly ignored: number;
  /** `sha256:<hex>` over the sorted (name, size, class) lines; independent of place and file order. */
  readonly hash: string;
}
