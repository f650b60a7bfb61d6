import type { Endpoint } from '../http/endpoint.ts'
import { receivePlatformCall } from './platform-calls/receive.ts'
import { patchPlatform } from './platforms/change.ts'
import { createPlatform } from './platforms/create.ts'
import { getPlatform } from './platforms/get.ts'
import { getPlatformLabels } from './platforms/list-labels.ts'
import { getPlatforms } from './platforms/list.ts'
import { deletePlatform } from './platforms/remove.ts'
import { syncPlatformNow } from './platforms/sync.ts'
import { testPlatformConnection } from './platforms/test-connection.ts'

export const platformsRoutes: readonly Endpoint[] = [
  receivePlatformCall,
  getPlatformLabels,
  getPlatforms,
  createPlatform,
  getPlatform,
  patchPlatform,
  deletePlatform,
  testPlatformConnection,
  syncPlatformNow,
]
