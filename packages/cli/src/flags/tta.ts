/** --tta: several views of each picture when predicting. */
import { TEST_TIME_AUGMENTATIONS, type TestTimeAugmentation } from '@saker/spec';

export interface TtaFlags {
  readonly tta?: TestTimeAugmentation;
}

export const ttaFlags = {
  tta: {
    kind: 'enum',
    values: TEST_TIME_AUGMENTATIONS,
    brief:
      'Average over views of each picture: its corners and centre, those mirrored too, or its mirror image',
    optional: true,
  },
} as const;
