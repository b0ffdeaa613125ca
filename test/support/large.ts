/** A runbook of so many commands, five gates each, as varied as real ones. */
export function largeRunbook(commands: number): string {
  const lines = [
    'gatebook: v1',
    'id: large',
    'title: Large',
    'revision: 1',
    'params: {least: {type: bytes, default: 1GiB}}',
    'commands:',
  ];
  let gate = 0;
  // Three digits and a letter name 27,000 things.
  const id = (letter: string, n: number): string =>
    `${letter}-${String(100 + Math.floor(n / 26)).padStart(3, '0')}${String.fromCharCode(97 + (n % 26))}`;
  for (let c = 0; c < commands; c++) {
    const command = id('C', c);
    lines.push(`  ${command}:`, `    title: Step ${String(c)}`, '    effect: observe', '    guards:');
    for (let g = 0; g < 3; g++) {
      lines.push(
        `      ${id('G', gate++)}:`,
        '        title: enough free disk',
        '        why: a full disk stops production too',
        '        probe: {disk: {path: "${{ run.work }}"}}',
        '        expect: {free_bytes: {gte: "${{ params.least }}"}, free_inodes: {gt: 100}}',
      );
    }
    lines.push(
      '    do:',
      '      - exec: {argv: [echo, "${{ run.id }}"]}',
      `        as: out${String(c)}`,
      '    expectations:',
    );
    for (let g = 0; g < 2; g++) {
      lines.push(
        `      ${id('G', gate++)}:`,
        '        title: it went well',
        `        probe: {value: "\${{ commands['${command}'].out${String(c)}.exit_code }}"}`,
        '        expect: {equals: 0}',
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
