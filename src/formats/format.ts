/** The config words of `--format`; each is a file in this folder or a mode of the line format. */
export const FORMAT_NAMES = ['auto', 'text', 'json', 'cri', 'docker'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];
