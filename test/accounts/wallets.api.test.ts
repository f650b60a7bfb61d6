import { openAccount, trailOf } from '#test/support/accounts.ts'
import { addIssuer, freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { registerClient } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const codes = { fiat: 'SEK', crypto: 'USDC' }
let networkId: string
beforeAll(async () => {
  await addIssuer(api.call, api.admin.token, { code: codes.fiat })
  await addIssuer(api.call, api.admin.token, { code: codes.crypto, fraction: 6 })
  networkId = (await addNetwork('ethereum')).text('id')
  await addNetwork('polygon')
})
let asset: string
beforeEach(async () => {
  asset = await addAsset(codes.crypto)
})

it('has a network and an address, in its one spelling, and the list says where there is none', async () => {
  expect((await api.ask('GET', `/assets/${asset}/wallets`)).body).toEqual({
    message: 'No data to display',
    data: [],
  })
  const added = await add('ethereum', EVM.toLowerCase())
  expect([added.status, added.body]).toMatchObject([
    201,
    { assetId: asset, network: 'ethereum', address: EVM },
  ])
  expect((await add('polygon', EVM)).status).toBe(201)
  expect((await api.ask('GET', `/assets/${asset}/wallets`)).at('data')).toHaveLength(2)
})

it('changes its address and not its network, and is removed, with each in the trail', async () => {
  const added = await add('ethereum', freshAddress())
  const path = `/wallets/${added.text('id')}`
  const refused = await api.ask('PATCH', path, { network: 'polygon', address: OTHER_EVM })
  expect(refusalOf(refused)).toMatchObject({ status: 400, parameters: ['network'] })
  expect(refused.at('errors.0.message')).toBe('cannot be changed')
  expect((await api.ask('PATCH', path, { address: OTHER_EVM })).at('address')).toBe(OTHER_EVM)
  expect((await api.ask('DELETE', path)).status).toBe(204)
  expect(refusalOf(await api.ask('DELETE', path))).toMatchObject({ status: 404, parameters: ['id'] })
  expect(await trailOf(api.ask, added.text('id'))).toMatchObject([
    { action: 'wallet.remove', before: { address: OTHER_EVM }, after: null },
    { action: 'wallet.change', after: { address: OTHER_EVM } },
    { action: 'wallet.create', before: null },
  ])
})

it('is refused on a network that is not configured, by name, with those that are', async () => {
  const refused = await add('bitcoin', EVM)
  expect(refusalOf(refused)).toEqual({ status: 400, code: 'validation_failed', parameters: ['network'] })
  expect(refused.text('errors.0.message')).toMatch(/^bitcoin is not configured.*ethereum, polygon$/)
})

it('is refused with an address that does not fit the network, also as a change', async () => {
  const typo = EVM.replace('5aA', '5Aa')
  expect(refusalOf(await add('ethereum', typo))).toMatchObject({ status: 400, parameters: ['address'] })
  const wallet = (await add('ethereum', freshAddress())).text('id')
  const changed = await api.ask('PATCH', `/wallets/${wallet}`, { address: typo })
  expect(refusalOf(changed)).toMatchObject({ status: 400, parameters: ['address'] })
})

it('is refused on fiat', async () => {
  const fiat = await addAsset(codes.fiat)
  const refused = await add('ethereum', freshAddress(), fiat)
  expect(refusalOf(refused)).toMatchObject({ status: 400, parameters: ['network'] })
})

it('has an address that no other wallet of its network has, however it is spelt', async () => {
  const address = freshAddress()
  const answers = await Promise.all([
    add('ethereum', address),
    add('ethereum', `0x${address.slice(2).toUpperCase()}`),
  ])
  expect(statusesOf(answers)).toEqual([201, 409])
  const other = (await add('ethereum', freshAddress())).text('id')
  const taken = await api.ask('PATCH', `/wallets/${other}`, { address })
  expect(refusalOf(taken)).toEqual({ status: 409, code: 'wallet_exists', parameters: ['address'] })
})

it('keeps its network from being removed', async () => {
  await add('ethereum', freshAddress())
  const refused = await api.ask('DELETE', `/configurations/networks/${networkId}`)
  expect(refusalOf(refused)).toEqual({ status: 409, code: 'in_use', parameters: ['id'] })
  expect(refused.text('errors.0.message')).toMatch(/in use by \d+/)
})

const EVM = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

const OTHER_EVM = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'

async function addAsset(currency: string): Promise<string> {
  const account = await openAccount(api.ask, (await registerClient(api.call)).organizationId)
  return (await api.ask('POST', `/accounts/${account}/assets`, { currency })).text('id')
}

function add(network: string, address: string, to = asset) {
  return api.ask('POST', `/assets/${to}/wallets`, { network, address })
}

/** As many hexadecimal digits as an address has, that nobody else uses. */
function freshAddress(): string {
  return `0x${Buffer.from(freshCode(20)).toString('hex')}`
}

function addNetwork(label: string) {
  return api.ask('POST', '/configurations/networks', { label, name: label, addressFormat: 'evm' })
}
