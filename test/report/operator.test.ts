import { expect, it } from 'vitest';
import { operatorBlocks } from '../../src/report/operator.js';

it('code keeps its language, but for those that are drawn in place of being shown', () => {
  const language = (named: string) => operatorBlocks(`\`\`\`${named}\nx\n\`\`\``)[0];
  expect(language('sh')).toEqual({ kind: 'code', language: 'sh', lines: ['x'] });
  for (const named of ['mermaid', 'Mermaid', 'math', 'geojson', 'topojson', 'stl'])
    expect(language(named)).toEqual({ kind: 'code', language: 'text', lines: ['x'] });
});
