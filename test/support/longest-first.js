import TestSequencer from '@jest/test-sequencer'

/** What takes longest begins first, or the run ends with one file alone. */
const LEVELS = ['torture', 'engine', 'api', 'db', 'unit']
/** Files that take longer than others of their level. */
const LONGEST = /\/(access|fuzz)\//

/** Within a level Jest's own order: as long as they took the last time, or by their size. */
class LongestFirst extends TestSequencer {
  async sort(tests) {
    const sorted = await super.sort(tests)
    return sorted.toSorted((a, b) => rank(a.path) - rank(b.path))
  }
}

function rank(path) {
  return LONGEST.test(path) ? -1 : LEVELS.findIndex((level) => path.endsWith(`.${level}.test.ts`))
}

// Jest takes the default export.
export default LongestFirst
