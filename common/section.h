/*
 * section.h
 *	  One file with the up and the down of a migration in sections.
 *
 * A line whose first characters after spaces are one of these begins one:
 *
 *		-- migrate:up				-- migrate:down
 *		-- +goose Up				-- +goose Down			(Up in any case)
 *		-- +migrate Up				-- +migrate Down		(Up in any case)
 *		-- Up Migration				-- Down Migration		(in any case)
 *
 * Words after "migrate:up" and "+migrate Up" are options of dbmate and
 * sql-migrate, which are ignored, as are StatementBegin, StatementEnd and
 * goose's NO TRANSACTION.  ENVSUB ON, which would change the text, is an
 * error, and so is a comment that says no more than up or down and the name of
 * a tool, but is none of these.  Lines are looked at as they stand: one inside
 * of a string or a comment counts, too, as it does for those tools.
 */
#ifndef DBMIG_SECTION_H
#define DBMIG_SECTION_H

#include "source.h"

/*
 * True when the text of file has sections: then up, down (NULL when there is
 * none) and their lines are set in *migration.  False when it has none, or
 * sections that make no sense: that is an error, which names the file and the
 * line.
 */
extern bool dbmig_section_read(Dbmig *d, const char *file, const char *text,
							   DbmigMigration *migration);

/* False (and the error) when text, an up that is not read for sections, has one
 * that begins a down: it would run as part of the up. */
extern bool dbmig_section_none(Dbmig *d, const char *what, const char *text);

#endif							/* DBMIG_SECTION_H */
