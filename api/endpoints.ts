import type { Endpoint } from './http/endpoint.ts'
import { accountsRoutes } from './accounts/routes.ts'
import { approvalsRoutes } from './approvals/routes.ts'
import { catalogueRoutes } from './catalogue/routes.ts'
import { contractsRoutes } from './contracts/routes.ts'
import { identityRoutes } from './identity/routes.ts'
import { operationsRoutes } from './operations/routes.ts'
import { platformsRoutes } from './platforms/routes.ts'
import { reportsRoutes } from './reports/routes.ts'
import { screeningRoutes } from './screening/routes.ts'

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
