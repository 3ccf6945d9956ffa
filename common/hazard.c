/*
 * hazard.c
 *	  The hazards that steps may have, as data.
 *
 * docs/hazards.md has the same ids, what they mean and what to do.
 */
#include "plan.h"

#include <string.h>

const DbmigHazard dbmig_hazards[] =
{
	{"access-change", DBMIG_HAZARD_NOTE},
	{"add-check", DBMIG_HAZARD_CONFLICT},
	{"add-domain-check", DBMIG_HAZARD_CONFLICT},
	{"add-enum-value", DBMIG_HAZARD_NOTE},
	{"add-exclusion", DBMIG_HAZARD_CONFLICT},
	{"add-foreign-key", DBMIG_HAZARD_CONFLICT},
	{"add-json-column", DBMIG_HAZARD_NOTE},
	{"add-not-null", DBMIG_HAZARD_CONFLICT},
	{"add-primary-key", DBMIG_HAZARD_CONFLICT},
	{"add-unique", DBMIG_HAZARD_CONFLICT},
	{"broken-reference", DBMIG_HAZARD_NOTE},
	{"change-collation", DBMIG_HAZARD_NOTE},
	{"change-default", DBMIG_HAZARD_NOTE},
	{"change-generated", DBMIG_HAZARD_NOTE},
	{"column-to-generated", DBMIG_HAZARD_LOSS},
	{"detach-partition", DBMIG_HAZARD_NOTE},
	{"drop-autoincrement", DBMIG_HAZARD_NOTE},
	{"drop-check", DBMIG_HAZARD_NOTE},
	{"drop-column", DBMIG_HAZARD_LOSS},
	{"drop-default", DBMIG_HAZARD_NOTE},
	{"drop-enum-value", DBMIG_HAZARD_CONFLICT},
	{"drop-extension", DBMIG_HAZARD_LOSS},
	{"drop-foreign-key", DBMIG_HAZARD_NOTE},
	{"drop-function", DBMIG_HAZARD_NOTE},
	{"drop-identity", DBMIG_HAZARD_NOTE},
	{"drop-index", DBMIG_HAZARD_NOTE},
	{"drop-materialized-view", DBMIG_HAZARD_NOTE},
	{"drop-not-null", DBMIG_HAZARD_NOTE},
	{"drop-object", DBMIG_HAZARD_NOTE},
	{"drop-primary-key", DBMIG_HAZARD_NOTE},
	{"drop-rowid", DBMIG_HAZARD_NOTE},
	{"drop-schema", DBMIG_HAZARD_LOSS},
	{"drop-sequence", DBMIG_HAZARD_LOSS},
	{"drop-table", DBMIG_HAZARD_LOSS},
	{"drop-trigger", DBMIG_HAZARD_NOTE},
	{"drop-type", DBMIG_HAZARD_NOTE},
	{"drop-unique", DBMIG_HAZARD_NOTE},
	{"drop-view", DBMIG_HAZARD_NOTE},
	{"exclusive-lock", DBMIG_HAZARD_NOTE},
	{"extension-version", DBMIG_HAZARD_NOTE},
	{"index-build", DBMIG_HAZARD_NOTE},
	{"no-rowid-alias", DBMIG_HAZARD_NOTE},
	{"no-way-back", DBMIG_HAZARD_NOTE},
	{"partition-bounds", DBMIG_HAZARD_CONFLICT},
	{"possible-rename", DBMIG_HAZARD_NOTE},
	{"recreate-dependents", DBMIG_HAZARD_NOTE},
	{"recreate-table", DBMIG_HAZARD_LOSS},
	{"rename-column", DBMIG_HAZARD_NOTE},
	{"rename-enum-value", DBMIG_HAZARD_NOTE},
	{"rename-object", DBMIG_HAZARD_NOTE},
	{"rename-schema", DBMIG_HAZARD_NOTE},
	{"rename-table", DBMIG_HAZARD_NOTE},
	{"replace-view", DBMIG_HAZARD_NOTE},
	{"replica-identity", DBMIG_HAZARD_NOTE},
	{"set-not-null", DBMIG_HAZARD_CONFLICT},
	{"set-unlogged", DBMIG_HAZARD_NOTE},
	{"strict-type", DBMIG_HAZARD_CONFLICT},
	{"table-rebuild", DBMIG_HAZARD_NOTE},
	{"table-rewrite", DBMIG_HAZARD_NOTE},
	{"table-scan", DBMIG_HAZARD_NOTE},
	{"type-change", DBMIG_HAZARD_LOSS},
	{"type-conversion", DBMIG_HAZARD_CONFLICT},
	{"untracked-dependency", DBMIG_HAZARD_NOTE},
	{"volatile-default", DBMIG_HAZARD_NOTE},
	{"write-lock", DBMIG_HAZARD_NOTE},
	{NULL, DBMIG_HAZARD_NOTE}
};

const DbmigHazard *
dbmig_hazard(const char *id)
{
	const DbmigHazard *hazard;

	for (hazard = dbmig_hazards; hazard->id != NULL; hazard++)
	{
		if (strcmp(hazard->id, id) == 0)
			return hazard;
	}
	return NULL;
}
