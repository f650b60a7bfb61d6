/** What a project says of itself, besides its currencies: each an open list of labels. */
export const SECTIONS = ['account_types', 'networks', 'transaction_sub_types'] as const
export type Section = (typeof SECTIONS)[number]

/** What an address of a network looks like; `other`: nobody checks it. */
export const ADDRESS_FORMATS = ['bitcoin', 'evm', 'tron', 'solana', 'other'] as const

/** Of a transaction sub-type, as it is written on the wire. */
export const DIRECTIONS = ['In', 'Out'] as const
