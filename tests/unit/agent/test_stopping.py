import os
import signal

import pytest

from agent.stopping import StopSignals


def test_the_first_signal_stops_and_the_next_ones_do_not_disturb_the_end():
    with StopSignals() as signals:
        signals.release()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_while_the_run_is_opened_waits_until_it_can_be_closed_again():
    with StopSignals() as signals:
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signals.release()


def test_a_signal_after_hold_is_only_remembered():
    with StopSignals() as signals:
        signals.release()
        signals.hold()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signals.release()


def test_handlers_are_put_back_and_what_is_ignored_stays_ignored():
    before = signal.getsignal(signal.SIGTERM)
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with StopSignals() as signals:
            signals.release()
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGTERM) is not before
        assert signal.getsignal(signal.SIGTERM) is before
    finally:
        signal.signal(signal.SIGHUP, ignored)
