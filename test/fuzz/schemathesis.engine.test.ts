import { expectSoundBook } from '#test/support/book.ts'
import { opened } from '#test/support/opened.ts'
import { fuzz } from './fuzz.ts'
import { findSchemathesis } from './schemathesis.ts'
import { IDENTITIES, openFireWorld } from './world.ts'

const python = await findSchemathesis()

/** What `npm run fuzz` does with thousands of cases, with few. Without Python nothing is claimed, and the run says so. */
const maybe = python === undefined ? describe.skip : describe

maybe('the API under fire', () => {
  const world = opened(openFireWorld, ({ stop }) => stop())

  it.each(IDENTITIES)('answers %s nothing but what its own document says', async (who) => {
    const asked = { python: python ?? '', who, seed: 1, examplesMax: 1 }
    const { cases, tested, faults, output } = await fuzz(world, {
      ...asked,
      phases: ['examples', 'fuzzing'],
    })
    expect({ faults, output: faults.length > 0 ? output : '' }).toEqual({ faults: [], output: '' })
    expect(tested).toBeGreaterThan(150)
    expect(cases).toBeGreaterThan(300)
    await expectSoundBook(world.book)
  })
})
