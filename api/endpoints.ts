import type { Endpoint } from './endpoint.ts'
import { accountsRoutes } from './routes/accounts.ts'
import { approvalsRoutes } from './routes/approvals.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { contractsRoutes } from './routes/contracts.ts'
import { identityRoutes } from './routes/identity.ts'
import { operationsRoutes } from './routes/operations.ts'
import { platformsRoutes } from './routes/platforms.ts'
import { reportsRoutes } from './routes/reports.ts'
import { screeningRoutes } from './routes/screening.ts'

/** Every endpoint there is, area by area: what is mounted, documented and tested. */
export const endpoints: readonly Endpoint[] = [
  ...identityRoutes,
  ...catalogueRoutes,
  ...accountsRoutes,
  ...contractsRoutes,
  ...approvalsRoutes,
  ...screeningRoutes,
  ...operationsRoutes,
  ...platformsRoutes,
  ...reportsRoutes,
]
