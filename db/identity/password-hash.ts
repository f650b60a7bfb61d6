import { hash, verify } from '@node-rs/argon2'

/** The least that OWASP advises for argon2id, which is this library's default algorithm. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Of nothing that anybody could type, at the same cost: checking against it takes as long as against a real one. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$fgAfK9+p7AKrGmiEPekLuA$ViVP6/wueB6vu3dtKA952yFQ/zZqRaSrhTIq4RbTI7Y'

/** A slow hash, for what people choose or type. The text is brought to one Unicode spelling first (NIST SP 800-63B). */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret.normalize('NFKC'), COST)
}

/** Without a hash the answer is no, after the same work. */
export async function matchesHash(secret: string, secretHash: string | null | undefined): Promise<boolean> {
  const matches = await verify(secretHash ?? NOBODYS, secret.normalize('NFKC'))
  return matches && typeof secretHash === 'string'
}
