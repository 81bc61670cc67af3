"""The progress bar shows speed and time left, and one line stays for every run."""

import io

from made_records import make_record
from rich.console import Console

from imbalance_course.progress import RunBar, image_bar


def test_a_running_bar_shows_images_per_second_and_time_left():
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with RunBar(console) as watch:
        watch.started("balanced", 3, images_total=1000)
        for seen in (100, 200, 300):
            watch.trained(seen)
        watch.bar.refresh()
        shown = console.file.getvalue()
    assert "balanced, seed 3" in shown
    assert "images/s" in shown
    assert ":" in shown.rsplit("images/s", 1)[1]  # the time left, h:mm:ss


def test_every_finished_run_leaves_its_scores():
    console = Console(file=io.StringIO(), width=120)
    with RunBar(console) as watch:
        watch.decoded(10)
        watch.started("balanced", 0, images_total=10)
        watch.finished(make_record())
        watch.skipped("balanced", 1)
    shown = console.file.getvalue()
    assert "balanced, seed 0: F1 0.800 at 0.5, 0.818 at threshold 0.40" in shown
    assert "balanced, seed 1: recorded already" in shown


def test_a_run_without_a_decision_at_one_half_shows_its_first_score_instead():
    console = Console(file=io.StringIO(), width=120)
    with RunBar(console) as watch:
        watch.finished(make_record(test_counts_at_half=None))
    assert "balanced, seed 0: roc auc 0.900, F1 0.818 at threshold 0.40" in console.file.getvalue()


def test_a_bar_for_one_job_counts_its_images(capsys):
    with image_bar("decoding", 4) as advance:
        advance(2)
        advance(2)
    assert "decoding" in capsys.readouterr().out
