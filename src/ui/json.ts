import type { Ui } from './ui.js';

/** One JSON object a line: the events as they are recorded, progress, and the summary. */
export function jsonUi(write: (text: string) => void): Ui {
  const print = (value: object): void => {
    write(`${JSON.stringify(value)}\n`);
  };
  return {
    event: print,
    progress(label, progress) {
      print({ type: 'progress', label, ...progress });
    },
    finish(summary) {
      print({ type: 'summary', ...summary });
      return Promise.resolve();
    },
  };
}
