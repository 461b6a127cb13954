/**
 * The import rules of docs/architecture.md, as checks. When one hurts, change the design (with an ADR), not the rule.
 */
const FEATURES = ['organizations', 'auth', 'billing', 'webhooks', 'analytics', 'ai', 'studio', 'admin'];

/** core ← organizations ← {auth, billing, webhooks, analytics} ← ai ← studio ← admin */
const MAY_IMPORT = {
  organizations: [],
  auth: ['organizations'],
  billing: ['organizations'],
  webhooks: ['organizations'],
  analytics: ['organizations'],
  ai: ['organizations', 'auth', 'billing', 'webhooks', 'analytics'],
  studio: ['organizations', 'auth', 'billing', 'webhooks', 'analytics', 'ai'],
  admin: ['organizations', 'auth', 'billing', 'webhooks', 'analytics', 'ai', 'studio'],
};

const featureRules = FEATURES.flatMap((feature) => {
  const forbidden = FEATURES.filter((other) => other !== feature && !MAY_IMPORT[feature].includes(other));
  return [
    {
      name: `${feature}-follows-the-dag`,
      severity: 'error',
      comment: `${feature} may import ${['core', ...MAY_IMPORT[feature]].join(', ')} only`,
      from: { path: `^libs/${feature}/` },
      to: { path: `^libs/(${forbidden.join('|')})/` },
    },
    {
      name: `${feature}-only-through-its-door`,
      severity: 'error',
      comment: 'A feature is entered through its index.ts',
      from: { pathNot: `^(libs/${feature}/|bench/)` },
      to: { path: `^libs/${feature}/`, pathNot: `^libs/${feature}/src/(testing/)?index\\.ts$` },
    },
  ];
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-imports-apps',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^apps/([^/]+)/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'studio-imports-sdk-only',
      severity: 'error',
      comment: 'The Studio knows the API through its generated client, as any other program does',
      from: { path: '^apps/studio/' },
      to: { path: '^(libs|apps|migrations|test|bench)/', pathNot: '^(libs/sdk|apps/studio)/' },
    },
    {
      name: 'core-imports-no-feature',
      severity: 'error',
      from: { path: '^libs/core/' },
      to: { path: '^libs/(?!core/)' },
    },
    {
      name: 'core-folders-through-their-door',
      severity: 'error',
      comment: 'Between the folders of core, imports go through #core/<folder>',
      from: { path: '^libs/core/src/([^/]+)/' },
      to: { path: '^libs/core/src/', pathNot: '^libs/core/src/($1/|[^/]+/index\\.ts$)' },
    },
    {
      name: 'core-only-through-its-doors',
      severity: 'error',
      from: { pathNot: '^libs/core/' },
      to: { path: '^libs/core/', pathNot: '^libs/core/src/[^/]+/(testing/)?index\\.ts$' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$|/spec/|/testing/|^apps/platform/src/demo/' },
      to: { path: '\\.spec\\.ts$|/testing/' },
    },
    {
      name: 'bullmq-in-core-queue-only',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: '^libs/core/src/(queue|migrate|testing)/|\\.processor\\.ts$|\\.spec\\.ts$',
      },
      to: { path: 'node_modules/(bullmq|@nestjs/bullmq)/' },
    },
    {
      name: 'vendor-sdks-in-providers-and-clients-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.(provider|client)\\.ts$|/providers/|\\.spec\\.ts$|/testing/' },
      to: { path: 'node_modules/(openai|replicate|stripe)/' },
    },
    {
      name: 'no-dev-dependencies-at-run-time',
      severity: 'error',
      // The Studio is bundled while building: nothing of it is resolved at run time.
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$|/testing/|^apps/studio/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      // The launcher loads what the build makes.
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
    ...featureRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|libs/sdk/client)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
    },
  },
};
