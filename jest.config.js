const swc = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'es6' } },
  ],
}

/** The files whose name ends in the level, after what they need has been started once for the whole run. */
const level = (name, setup) => ({
  displayName: name,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: swc,
  testMatch: [`<rootDir>/test/**/*.${name}.test.ts`],
  ...(setup && {
    globalSetup: `<rootDir>/test/support/${setup}`,
    globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  }),
})

export default {
  projects: [
    level('unit'),
    level('db', 'global-postgres.ts'),
    level('api', 'global-postgres.ts'),
    level('engine', 'global-temporal.ts'),
    level('torture', 'global-temporal.ts'),
  ],
  // Only for what never ends; no case is about how long it takes.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // Cases wait for Postgres and Temporal about half of their time.
  maxWorkers: 4,
}
