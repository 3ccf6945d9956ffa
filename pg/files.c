/*
 * files.c
 *	  Folders and files on the server, for those who may read them.
 *
 * Paths mean what they mean to pg_read_file() and pg_ls_dir(): relative ones
 * begin at the data directory.  Only members of pg_read_server_files read.
 */
#include "postgres.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/pg_authid.h"
#include "common/file_utils.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "host.h"

#define JSON_HINT "The path is on the server.  From elsewhere, pass the " \
	"migrations as a JSON array."

/* The path in the encoding of the database, once the caller may read it. */
static char *
server_path(const DbmigOp *op)
{
	char	   *path = pstrdup(dbmig_pg_from_core(op->text));

	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to read \"%s\"", path),
				 errdetail("Only roles with privileges of the \"%s\" role "
						   "may read files on the server.",
						   "pg_read_server_files"),
				 errhint("Pass the migrations as a JSON array.")));
	canonicalize_path(path);
	return path;
}

/* Tells the core that errno keeps it from what it asked for. */
static void
reject_path(DbmigCall *call, const DbmigOp *op, const char *what)
{
	const char *reason = dbmig_pg_to_core(psprintf("%m"));

	dbmig_reject(call->d, DBMIG_NOT_FOUND,
				 psprintf("could not open %s \"%s\": %s", what, op->text,
						  reason), NULL, JSON_HINT);
}

void
dbmig_pg_list(DbmigCall *call, const DbmigOp *op)
{
	char	   *folder = server_path(op);
	DIR		   *dir = AllocateDir(folder);
	struct dirent *entry;

	if (dir == NULL)
	{
		reject_path(call, op, "directory");
		return;
	}
	while ((entry = ReadDir(dir, folder)) != NULL)
	{
		char	   *path;
		PGFileType	type;

		CHECK_FOR_INTERRUPTS();
		if (strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0)
			continue;
		path = psprintf("%s/%s", folder, entry->d_name);
		type = get_dirent_type(path, entry, true, DEBUG1);
		dbmig_entry(call->d, dbmig_pg_to_core(entry->d_name),
					type == PGFILETYPE_DIR);
		pfree(path);
	}
	FreeDir(dir);
}

/* Hands the bytes of an open file to the core; size is what to expect.  False
 * when errno says why they cannot be read. */
static bool
read_file(DbmigCall *call, int file, off_t size)
{
	StringInfoData content;
	ssize_t		got;

	initStringInfo(&content);
	do
	{
		CHECK_FOR_INTERRUPTS();
		/* One more, so that the end is seen without growing. */
		enlargeStringInfo(&content, (int) Min(size, (off_t) MaxAllocSize) + 1);
		size = 0;
		got = read(file, content.data + content.len,
				   content.maxlen - content.len);
		if (got < 0)
			return false;
		content.len += (int) got;
	} while (got > 0);
	dbmig_content(call->d, content.data, content.len);
	return true;
}

void
dbmig_pg_read(DbmigCall *call, const DbmigOp *op)
{
	/* Without O_NONBLOCK a named pipe would wait for its writer. */
	int			file = OpenTransientFile(server_path(op), O_RDONLY |
										 O_NONBLOCK | PG_BINARY);
	struct stat status;

	if (file < 0 || fstat(file, &status) != 0)
		reject_path(call, op, "file");
	else if (!S_ISREG(status.st_mode))
		dbmig_reject(call->d, DBMIG_NOT_FOUND,
					 psprintf("\"%s\" is not a regular file", op->text), NULL,
					 NULL);
	else if (!read_file(call, file, status.st_size))
		reject_path(call, op, "file");
	if (file >= 0)
		CloseTransientFile(file);
}
