import { bookPaths } from './book-paths.ts'
import type { Paths } from './path.ts'
import { correctionPaths } from './correction-paths.ts'
import { holdBackPaths } from './hold-back-paths.ts'
import { importPaths } from './import-paths.ts'
import { openingPaths } from './opening-paths.ts'
import { payoutPaths } from './payout-paths.ts'
import { platformPaths } from './platform-paths.ts'
import { returnPaths } from './return-paths.ts'
import { topUpPaths } from './top-up-paths.ts'
import { withdrawalPaths } from './withdrawal-paths.ts'

export const PATHS: Paths = {
  ...topUpPaths,
  ...withdrawalPaths,
  ...payoutPaths,
  ...bookPaths,
  ...returnPaths,
  ...holdBackPaths,
  ...correctionPaths,
  ...openingPaths,
  ...platformPaths,
  ...importPaths,
}
