#!/usr/bin/env node
/**
 * The `openclaw` command.
 *
 * @packageDocumentation
 */
import { run } from './run.ts'
import { processWorld } from './world.ts'

// Not `process.exit`: what is still on its way to a pipe would be lost.
process.exitCode = await run(processWorld())
