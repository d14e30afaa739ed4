/** A picture by its place: a whole file, or the part of one that `offset` and `length` say. */
export interface PicturePlace {
  readonly path: string;
  readonly offset?: number;
  readonly length?: number;
  /** What its data call it. */
  readonly name?: string;
}

/** How messages name a picture: its path, or in a tar its name and the tar's path. */
export function describePicture({ path, offset, name }: PicturePlace): string {
  return offset === undefined ? path : `${name ?? `the picture at byte ${offset}`} in ${path}`;
}
