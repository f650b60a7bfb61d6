/** Decimals of ISO 4217 currencies that do not have two. `Intl` is wrong for sixteen currencies, so it is not asked. */
const FRACTIONS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

/** The rest of the active codes, list one as of 2026; those without a minor unit (metals, funds, tests) come last. */
const OTHERS = `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
  COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD
  KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
  NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY
  TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
  XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX`

const CODES = new Set([...Object.values(FRACTIONS), OTHERS].flatMap((codes) => codes.split(/\s+/)))

/** Whether ISO 4217 knows it: what it does not is money of a blockchain, or of nobody but the project. */
export function isIso4217(code: string): boolean {
  return CODES.has(code)
}

export function usualFraction(code: string): number {
  const found = Object.entries(FRACTIONS).find(([, codes]) => codes.split(' ').includes(code))
  return found ? Number(found[0]) : 2
}
