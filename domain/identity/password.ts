export const PASSWORD_MIN = 8
export const PASSWORD_MAX = 128

/** Each rule that a new password has to keep, in the words of its refusal. */
const RULES: readonly { readonly keeps: (password: string) => boolean; readonly message: string }[] = [
  { keeps: (it) => it.length >= PASSWORD_MIN, message: `must have at least ${PASSWORD_MIN} characters` },
  { keeps: (it) => it.length <= PASSWORD_MAX, message: `must have at most ${PASSWORD_MAX} characters` },
  { keeps: (it) => /\p{Lu}/u.test(it), message: 'must hold an upper-case letter' },
  { keeps: (it) => /\p{Ll}/u.test(it), message: 'must hold a lower-case letter' },
  { keeps: (it) => /[0-9]/.test(it), message: 'must hold a digit' },
  { keeps: (it) => /[#$!@*&%]/.test(it), message: 'must hold one of # $ ! @ * & %' },
  { keeps: (it) => !isCommon(it), message: 'is too common: it can be guessed' },
]

/** The rules that the password breaks, in order; empty where it may be taken. */
export function brokenPasswordRules(password: string): string[] {
  return RULES.filter(({ keeps }) => !keeps(password)).map(({ message }) => message)
}

/** What people write around such words to please a rule: "Password1!", "P@ssw0rd123", "1qaz@WSX". */
const COMMON_WORDS = `
  aa abc abcd abcde abcdef access account admin administrator alexander amanda america andrew angel anthony apple april asdf
  asdfgh asdfghjkl ashley august austin autumn azerty bailey bank banking baseball basketball batman blink buster changeme
  changeit charlie cheese chelsea chocolate company computer cookie daniel december default demo diamond dragon family
  february flower football freedom friday george ginger google guest hannah harley hello hunter iloveyou jackson january
  jennifer jessica jesus jordan joshua july june justin killer letmein liverpool london login love lovely maggie manager
  march marina master matrix matthew maverick merlin michael michelle million monday monkey mustang naruto newpass
  newpassword nicole ninja november october office orange pass passwd password passwort patrick pepper phoenix pokemon
  princess purple qaz qazwsx qwe qwer qwert qwerty qwertyui qwertyuiop qwertz rainbow robert root saturday samsung secret
  september shadow sluice snoopy soccer solo spring starwars summer sunday sunshine superman support taylor temp
  temporary test tester testing thomas thursday thunder tigger trustno tuesday user wednesday welcome whatever william
  winter wsx yankees zaq zaqxsw zxc zxcv zxcvb zxcvbn zxcvbnm`

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** Without what stands around it, and with each look-alike read as its letter, whichever order shows more of the word. */
function cores(text: string): string[] {
  const lower = text.toLowerCase()
  return [trimmed(withoutLookAlikes(trimmed(lower))), trimmed(withoutLookAlikes(lower)), lettersOnly(lower)]
}

const COMMON: ReadonlySet<string> = new Set(COMMON_WORDS.trim().split(/\s+/))

function isCommon(password: string): boolean {
  return cores(password.normalize('NFKC')).some(
    (core) => core === '' || /^(.)\1*$/u.test(core) || COMMON.has(core),
  )
}

function trimmed(text: string): string {
  return text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
}

function withoutLookAlikes(text: string): string {
  return text.replaceAll(/[^\p{L}]/gu, (character) => LOOK_ALIKES[character] ?? character)
}

function lettersOnly(text: string): string {
  return text.replaceAll(/[^\p{L}]/gu, '')
}
