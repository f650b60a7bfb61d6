import { expectSoundBook } from './book.ts'
import { startEngine, type Engine, type EngineOptions } from './engine.ts'
import { opened } from './opened.ts'

/** The whole product for this suite (`startEngine`). After each case every law of the book holds. */
export function useEngine(options: EngineOptions = {}): Engine {
  const engine = opened(
    () => startEngine(options),
    ({ stop }) => stop(),
  )
  afterEach(() => expectSoundBook(engine.book))
  return engine
}
