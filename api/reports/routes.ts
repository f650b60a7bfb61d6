import type { Endpoint } from '../http/endpoint.ts'
import { viewAuditTrail } from './audit-trails/view.ts'
import { getDataExportFile } from './data-export/file.ts'
import { getDataExportInfo } from './data-export/info.ts'
import { initDataExport, initAccountExport, initAssetExport } from './data-export/init.ts'
import { cancelImport } from './imports/cancel.ts'
import { createImport } from './imports/create.ts'
import { getImportErrors } from './imports/errors.ts'
import { getImport } from './imports/get.ts'
import { getImports } from './imports/list.ts'
import { putImportFile } from './imports/receive-file.ts'
import { proposeBreakResolution, approveBreakResolution } from './reconciliation/resolve.ts'
import { runReconciliation } from './reconciliation/run.ts'
import { viewBreaks } from './reconciliation/view-breaks.ts'
import { viewReconciliationRuns } from './reconciliation/view-runs.ts'
import { getCoinTotals } from './reporting/coins.ts'
import { getTrialBalance } from './reporting/trial-balance.ts'
import { getStatement } from './statements/get.ts'

export const reportsRoutes: readonly Endpoint[] = [
  viewAuditTrail,
  getStatement,
  initDataExport,
  initAccountExport,
  initAssetExport,
  getDataExportInfo,
  getDataExportFile,
  createImport,
  putImportFile,
  getImport,
  getImports,
  getImportErrors,
  cancelImport,
  getTrialBalance,
  getCoinTotals,
  runReconciliation,
  viewReconciliationRuns,
  viewBreaks,
  proposeBreakResolution,
  approveBreakResolution,
]
