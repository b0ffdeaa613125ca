/** Colours, handed in by whoever knows the terminal; plain text without them. */
export interface Style {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;
export const plainStyle: Style = { error: same, warning: same, strong: same, dim: same };
