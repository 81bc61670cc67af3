# The two commands a reader needs:
#   make book   set up, execute every lesson, build the site, print the path of its first page
#   make test   set up, check style, run the unit tests, the examples in docstrings and every notebook
VENV  ?= .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
JOBS  ?= 2

# One kernel configuration for all lessons, wherever they are executed.
export IPYTHONDIR := $(CURDIR)/tools/ipython
# Two test processes on two cores: more threads each would only wait for one another.
export OMP_NUM_THREADS ?= 1

.PHONY: book test style unit notebooks site site-report pdf slides editions lessons clean help \
    test-lowest test-newest test-empty audit

help:
	@sed -n 's/^#   //p' Makefile

book: $(READY)
	@$(BIN)/python tools/build_book.py

test: style unit notebooks

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: $(READY)
	@$(BIN)/python tools/browser_here.py
	$(BIN)/pytest -q -rs -n $(JOBS) --dist loadscope --doctest-modules tests imbalance_course

#   make site   check the built site: pages, links, nothing from other servers, and a browser where there is one
site: $(READY)
	@$(BIN)/python tools/browser_here.py
	$(BIN)/pytest -q -rs -n $(JOBS) tests/test_site.py tests/test_site_browser.py

# Strict: every stored text output is compared. Whole notebooks per process, hence loadscope.
notebooks: $(READY)
	$(BIN)/pytest -q -n $(JOBS) --dist loadscope -p no:cacheprovider --nbval --nbval-current-env \
	    --nbval-sanitize-with tests/nbval_sanitize.cfg lessons

#   make site-report   what each page weighs on its first load, and how long the last build took
site-report: $(READY)
	@$(BIN)/python tools/site_report.py

#   make pdf   the whole book as one PDF, in _build/pdf
pdf: $(READY)
	@$(BIN)/python tools/print_pdf.py

#   make slides   an offline deck of slides for each lesson, in _build/slides
slides: $(READY)
	@$(BIN)/python tools/make_slides.py

#   make editions   notebooks for students, for live coding and for teachers, in _build/editions
editions: $(READY)
	@$(BIN)/python tools/make_editions.py

#   make lessons   for authors: execute every lesson in place and store its outputs
lessons: $(READY)
	$(BIN)/python tools/run_lessons.py $(LESSONS)

$(READY): pyproject.toml constraints.txt tools/set_up.sh
	@tools/set_up.sh $(VENV)
	@touch $@

#   make test-lowest, make test-newest   losses, metrics and notebooks with the lowest or newest allowed packages
test-lowest test-newest: $(READY)
	@$(BIN)/python tools/check_bounds.py $(@:test-%=%)

#   make test-empty   a lesson that installs the course into an empty environment, as on Colab
test-empty: $(READY)
	@$(BIN)/python tools/check_empty.py

#   make audit   ask whether the versions of constraints.txt are known to be unsafe, or were withdrawn
audit: $(READY)
	@$(BIN)/python tools/audit.py

#   make clean   remove the built site and the caches; .venv stays
clean:
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
