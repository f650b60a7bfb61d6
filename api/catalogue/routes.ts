import type { Endpoint } from '../http/endpoint.ts'
import { createBank } from './banks/create.ts'
import { getBanks } from './banks/list.ts'
import { changeItem } from './configurations/change.ts'
import { cloneConfiguration } from './configurations/clone.ts'
import { createItem } from './configurations/create.ts'
import { getItems } from './configurations/list.ts'
import { removeItem } from './configurations/remove.ts'
import { SECTION_APIS } from './configurations/section.ts'
import { patchCurrency } from './currencies/change.ts'
import { createCurrency } from './currencies/create.ts'
import { getCurrencies } from './currencies/list.ts'
import { makeCurrencyMain } from './currencies/set-main.ts'
import { viewCurrencies } from './currencies/view.ts'
import { patchIssuer } from './issuers/change.ts'
import { createIssuer } from './issuers/create.ts'
import { getIssuers } from './issuers/list.ts'

export const catalogueRoutes: readonly Endpoint[] = [
  createCurrency,
  getCurrencies,
  viewCurrencies,
  patchCurrency,
  makeCurrencyMain,
  createIssuer,
  getIssuers,
  patchIssuer,
  createBank,
  getBanks,
  ...SECTION_APIS.flatMap((api) => [createItem(api), getItems(api), changeItem(api), removeItem(api)]),
  cloneConfiguration,
]
