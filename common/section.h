/*
 * section.h
 *	  One file with the up and the down of a migration in sections.
 *
 * A line whose first characters after spaces are one of these begins one:
 *
 *		-- migrate:up				-- +goose Up		(Up in any case)
 *		-- migrate:down				-- +goose Down
 *
 * Words after "migrate:up" are options of dbmate, which are ignored, as are
 * goose's StatementBegin, StatementEnd and NO TRANSACTION.  ENVSUB ON, which
 * would change the text, is an error.  Lines are looked at as they stand: one
 * inside of a string or a comment counts, too, as it does for those tools.
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

#endif							/* DBMIG_SECTION_H */
