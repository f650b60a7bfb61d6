export const FAULT_CODES = [
  'validation_failed',
  'not_found',
  'currency_inactive',
  'external_id_taken',
  'account_differs',
  'asset_exists',
  'place_taken',
] as const
export type FaultCode = (typeof FAULT_CODES)[number]

/** A rule about a wish that it breaks: which, at what part of it, and in words. One call is refused by it, or one row of an import. */
export type RuleFault = { readonly code: FaultCode; readonly parameter: string; readonly message: string }

/** What a rule finds where all is well, or the rule that is broken. */
export type Found<Value> = { readonly value: Value } | { readonly fault: RuleFault }

export function invalid(parameter: string, message: string): RuleFault {
  return { code: 'validation_failed', parameter, message }
}
