/** One message on its way. The id is the same at every try: who has taken it once can tell. */
export type Letter = {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/**
 * What a provider said. `refused` is a definite no to this message; everything else that is not a yes is `unsettled`, and the
 * letter is sent again: it may arrive twice, but under one id. Errors are codes without anybody's words in them.
 */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'unsettled'; readonly error: string }

/** Never throws for what happens on the wire. */
export interface Carrier {
  deliver(letter: Letter): Promise<Delivery>
}
