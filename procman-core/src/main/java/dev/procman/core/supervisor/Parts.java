package dev.procman.core.supervisor;

import dev.procman.ManagedProcess;
import dev.procman.core.lifecycle.Input;
import dev.procman.core.output.OutputLog;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// What those who work for one supervisor share.
///
/// @param handle the public handle
/// @param context what the manager lends
/// @param current its specification and its generation
/// @param situation where it stands
/// @param announcer tells the world
/// @param output its output
/// @param input its standard input
/// @param ports its ports
/// @param directories its temporary directories
/// @param mailbox has something done on the supervisor's thread, in a turn of its own
/// @param supervisor takes an answer; on the supervisor's thread it is taken next
/// @param dependencies has those of the present specification checked, and answered with a token
/// @param revival has it told, with a token, when those that are impossible are possible again
record Parts(
    ManagedProcess handle,
    SupervisorContext context,
    Current current,
    Situation situation,
    Announcer announcer,
    OutputLog output,
    StdinPort input,
    PortTable ports,
    Directories directories,
    Mailbox mailbox,
    Consumer<Input> supervisor,
    LongConsumer dependencies,
    LongConsumer revival) {}
