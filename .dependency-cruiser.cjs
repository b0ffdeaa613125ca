/**
 * The import rule of docs/architecture.md: imports point down, the world is touched by `adapters` and `cli` only,
 * each package has one home.
 */
const within = (...rooms) => `^src/(${rooms.join('|')})/`;

/** A room, and the rooms that it may import from (itself always). */
const rooms = {
  base: [],
  text: ['base'],
  model: ['base', 'text'],
  ports: ['base', 'text', 'model'],
  expression: ['base', 'text', 'model'],
  kinds: ['base', 'text', 'model', 'ports', 'expression'],
  document: ['base', 'text', 'model', 'ports'],
  rules: ['base', 'text', 'model', 'document', 'expression', 'kinds', 'ports'],
  plan: ['base', 'text', 'model', 'document', 'expression', 'kinds'],
  journal: ['base', 'text', 'model', 'ports'],
  bind: ['base', 'text', 'model', 'ports', 'plan'],
  execute: ['base', 'text', 'model', 'ports', 'document', 'expression', 'kinds', 'plan', 'journal'],
  report: ['base', 'text', 'model'],
  bundle: ['base', 'text', 'model', 'ports', 'journal', 'report', 'approve'],
  // A review is a document of the same form as a report.
  review: ['base', 'text', 'model', 'expression', 'plan', 'kinds', 'report'],
  approve: ['base', 'text', 'model', 'ports', 'plan', 'bind'],
  explain: ['base'],
  doctor: ['base'],
  ui: ['base', 'model'],
  adapters: ['base', 'text', 'model', 'ports', 'journal', 'kinds'],
};

/** A package, and the only place that may import it. */
const homes = {
  yaml: ['document'],
  ajv: ['document'],
  '@marcbachmann/cel-js': ['expression'],
  re2js: ['text'],
  pg: ['adapters'],
  execa: ['adapters'],
  listr2: ['ui'],
  chalk: ['ui'],
  canonicalize: ['plan', 'bind', 'approve'],
};

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'but for types, and for the recursion of the expression checker over one tree',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/expression/check' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(rooms).map(([room, below]) => ({
      name: `${room}-imports-down`,
      severity: 'error',
      from: { path: within(room) },
      to: { path: '^src/', pathNot: within(room, ...below) },
    })),
    {
      name: 'declarations-do-not-execute',
      comment: 'validate loads every declaration: it must not load what only a run needs',
      severity: 'error',
      from: { path: '^src/kinds/.*/declare\\.ts$' },
      to: { path: '(execute|schema|executors)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-adapters-and-cli-touch-the-world',
      severity: 'error',
      from: { path: '^src/', pathNot: `${within('adapters', 'cli')}|^src/cli\\.ts$` },
      to: {
        path: '^(node:)?(fs|fs/promises|net|tls|http|https|dgram|dns|child_process|process|os|readline|worker_threads|cluster)$',
        dependencyTypesNot: ['type-only'],
      },
    },
    ...Object.entries(homes).map(([name, where]) => ({
      name: `${name}-has-one-home`,
      severity: 'error',
      from: { path: '^src/', pathNot: where.map((room) => `^src/${room}/`).join('|') },
      to: { path: `node_modules/${name}/` },
    })),
    {
      name: 'typebox-stays-at-build-time',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['[/-]schemas?\\.ts$', '^src/document/schema/', '^src/report/schema', '^src/review/schema'],
      },
      to: { path: 'node_modules/@sinclair/typebox/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '\\.generated\\.' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
