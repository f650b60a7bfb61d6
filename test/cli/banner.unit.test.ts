import { describe, expect, it } from '@jest/globals'
import { banner } from '#cli/banner/banner.ts'

describe('what is printed at the start', () => {
  it('says where the sandbox is and where its key is to be found', () => {
    const simulated = { url: 'http://127.0.0.1:3100', keyIsIn: '.sluice/bank-key' }

    expect(banner({ ...NOTHING, simulated })).toContain(
      'Sandbox      http://127.0.0.1:3100, its key is in .sluice/bank-key',
    )
    expect(banner(NOTHING)).not.toContain('Sandbox')
  })
})

const NOTHING = {
  apiUrl: undefined,
  temporalUiUrl: undefined,
  simulated: undefined,
  administrator: undefined,
}
