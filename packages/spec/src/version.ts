/** Version of the Saker packages; they are released together. */
export const SAKER_VERSION = '0.1.0';
