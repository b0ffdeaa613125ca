import { visible } from '../base/visible.js';
import type { EngineFinding } from './engine.js';
import type { Examination, Finding } from './examine.js';

const containmentWords: Readonly<Record<string, string>> = {
  'pid-namespace': 'PID namespace: nothing that a run starts outlives it, even after kill -9',
  'death-signal': 'death signal: direct children die with the run; what they started in turn may not',
  'process-group': 'process group: children are ended on every orderly end; kill -9 of the run leaves them',
};

/** The examination as a person reads it, one line a component, what to do last. */
export function renderExamination(examination: Examination): string {
  const { node } = examination;
  const rows = [
    row(
      node.supported ? '✔' : '✖',
      'Node',
      node.version,
      node.supported ? node.path : 'too old: 20.19 or newer is needed',
    ),
    ...examination.components.map(findingRow),
    ...engineRow(examination.engine),
  ];
  const containment = containmentWords[examination.containment] ?? examination.containment;
  return [...rows, '', `containment  ${containment}`, '', ...advice(examination), ''].join('\n');
}

function findingRow(finding: Finding): string {
  if (finding.present) {
    const words = [finding.path ?? '', finding.remark].filter((word) => word !== null).join(' — ');
    return row('✔', finding.name, finding.version ?? 'present', words);
  }
  const mark = finding.need === 'required' ? '✖' : '·';
  return row(mark, finding.name, 'missing', `${finding.missing.join(', ')} — ${finding.purpose}`);
}

function engineRow(engine: EngineFinding | null): readonly string[] {
  if (engine === null) return [];
  const { host, version, trouble, remedy } = engine;
  if (trouble === null) return [row('✔', 'Docker engine', version ?? 'present', visible(host))];
  const mended = remedy === null ? [] : [`  ${remedy}`];
  return [
    row('·', 'Docker engine', 'silent', `${visible(host)} — ${visible(trouble)}. To mend it:`),
    ...mended,
  ];
}

const row = (mark: string, name: string, version: string, words: string): string =>
  `${mark} ${name.padEnd(18)} ${version.padEnd(9)} ${words}`;

function advice({ ready, remedy, components, node }: Examination): string[] {
  const missing = components.filter((finding) => !finding.present && finding.need !== 'optional');
  if (!node.supported) return ['Upgrade Node: https://nodejs.org/en/download'];
  if (missing.length === 0) return ['All here.'];
  const what = ready ? 'All that is required is here. To bring the rest:' : 'To bring what is missing:';
  return [
    what,
    `  ${remedy ?? `install ${missing.map((m) => m.name).join(', ')} with your package manager`}`,
  ];
}
