# Thin names for what is done daily; everything works without make too.
.DEFAULT_GOAL := help
.PHONY: help demo verify format clean

help: ## list these
	@sed -n 's/^\([a-z]*\): ## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

demo: ## three believable years, archived before your eyes (state: .archivist/)
	./archivist demo

verify: ## build, test, check formatting and architecture
	./mvnw verify

format: ## format the Java sources
	./mvnw -q spotless:apply

clean: ## delete what was built; .archivist/ with its data stays
	./mvnw -q clean
