import { seconds, type Measured } from './harness.js';

/** One promise of the README: what was measured beside what, and how the ratio compares with what we aim at. */
export interface Figure {
  readonly what: string;
  readonly ours: Measured;
  readonly peer: Measured;
  /** `most`: we may take at most that many times the peer's time; `least`: be at least that many times faster. */
  readonly aim: { readonly most: number } | { readonly least: number };
}
export interface Remark {
  readonly remark: string;
}

export function markdown(figures: readonly (Figure | Remark)[]): string {
  const rows = figures.flatMap((figure) => ('remark' in figure ? [] : [row(figure)]));
  const remarks = figures.flatMap((figure) => ('remark' in figure ? [`- ${figure.remark}`] : []));
  const head = [
    '| what | Gatebook | beside | | ratio | aim | |',
    '| --- | ---: | --- | ---: | ---: | ---: | --- |',
  ];
  return [...head, ...rows, ...(remarks.length > 0 ? ['', ...remarks] : []), ''].join('\n');
}

function row({ what, ours, peer, aim }: Figure): string {
  const slower = 'most' in aim;
  const ratio = slower ? ours.ms / peer.ms : peer.ms / ours.ms;
  const reached = slower ? ratio <= aim.most : ratio >= aim.least;
  const words = slower ? ['× its time', `≤ ${aim.most} ×`] : ['× faster', `≥ ${aim.least} ×`];
  const cells = [
    what,
    seconds(ours.ms),
    peer.name,
    seconds(peer.ms),
    `${ratio.toFixed(2)} ${words[0] ?? ''}`,
  ];
  return `| ${[...cells, words[1], reached ? 'reached' : 'not reached'].join(' | ')} |`;
}
