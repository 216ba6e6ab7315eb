import { expect, it } from 'vitest'
import type { ChannelHarness, NeverKind } from './harness.ts'
import type { PeopleWorld } from './rules-of-people.ts'
import { type Stage, texts } from './stage.ts'
import type { StageTest } from './stage-test.ts'

const TITLES: Readonly<Record<NeverKind, string>> = {
  own: 'what the owner wrote on another device',
  group: 'what is written in a group',
  edit: 'a changed message',
  reaction: 'a reaction',
  receipt: 'a receipt',
  bot: 'what a bot writes',
  history: 'what the platform tells of its history',
}
const KINDS = Object.keys(TITLES) as readonly NeverKind[]

/** What nobody is answered for, and nobody is asked about. */
export function neverAnswered<Raw>(
  test: StageTest<Raw>,
  harness: ChannelHarness<Raw>,
  open: (stage: Stage<Raw>) => Promise<PeopleWorld<Raw>>,
): void {
  for (const kind of KINDS) {
    const title = `${TITLES[kind]} reaches neither the gate nor anybody`
    const samples = harness.never[kind]
    if ('none' in samples) it.skip(`${title} (${samples.none})`)
    else test(title, async (stage) => play(await open(stage), rawsOf(harness, samples)))
  }
}

function rawsOf<Raw>(
  { neverPairs }: ChannelHarness<Raw>,
  names: readonly string[],
): readonly Raw[] {
  return names.map((name) => {
    const found = neverPairs.find((sample) => sample.name === name)
    if (found === undefined) throw new Error(`there is no sample "${name}"`)
    return found.raw
  })
}

async function play<Raw>({ stage, door, start, decided }: PeopleWorld<Raw>, raws: readonly Raw[]) {
  const { far, offered } = stage
  await start()
  for (const raw of raws) await far.deliver(raw)
  const senderId = await far.say(0, 'after')
  await decided('after')
  expect(texts(offered)).toEqual(['after'])
  expect(await door.waiting()).toMatchObject([{ senderId }])
}
