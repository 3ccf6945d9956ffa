/*
 * files.c
 *	  Folders and files of migrations, read by the process that loaded SQLite.
 *
 * What the files mean is not known here.  Messages are those of PostgreSQL's
 * own file functions.
 */
#define _DEFAULT_SOURCE

#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

SQLITE_EXTENSION_INIT3

/* No text in SQLite is longer, whatever SQLITE_LIMIT_LENGTH says. */
#define FILE_LARGEST 1000000000

#define FILE_CHUNK 65536

/* Sets the error of the system call that just failed. */
static void
system_failed(DbmigCall *call, const char *what, const char *path)
{
	int			number = errno;
	char		reason[256];

	if (strerror_r(number, reason, sizeof(reason)) != 0)
		sqlite3_snprintf(sizeof(reason), reason, "error %d", number);
	dbmig_host_reject(call, number == ENOMEM ? DBMIG_NO_MEMORY :
					  DBMIG_NOT_FOUND, NULL, "could not %s \"%s\": %s", what,
					  path, reason);
}

/* Whether an entry is a folder, or a link to one. */
static bool
is_folder(DIR *folder, const struct dirent *entry)
{
	struct stat status;

#ifdef DT_UNKNOWN
	/* Most file systems tell, but not where a link leads. */
	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_DIR;
#endif
	return fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
		S_ISDIR(status.st_mode);
}

void
dbmig_files_list(DbmigCall *call, const DbmigOp *op)
{
	DIR		   *folder = opendir(op->text);
	struct dirent *entry;

	if (folder == NULL)
	{
		system_failed(call, "open directory", op->text);
		return;
	}
	for (;;)
	{
		errno = 0;
		entry = readdir(folder);
		if (entry == NULL)
			break;
		if (strcmp(entry->d_name, ".") != 0 &&
			strcmp(entry->d_name, "..") != 0)
			dbmig_entry(call->d, entry->d_name,
						is_folder(folder, entry));
	}
	if (errno != 0)
		system_failed(call, "read directory", op->text);
	(void) closedir(folder);
}

static void
reject_large(DbmigCall *call, const char *path)
{
	dbmig_host_reject(call, DBMIG_TOO_LARGE, NULL,
					  "file \"%s\" is too large", path);
}

/* Room for another byte in buffer, which moves; false when there is none. */
static bool
grow(char **buffer, size_t *size, size_t used)
{
	char	   *larger;

	if (*buffer != NULL && *size > used)
		return true;
	if (*buffer != NULL)
		*size = *size * 2 + FILE_CHUNK;
	larger = sqlite3_realloc64(*buffer, *size);
	if (larger == NULL)
		return false;
	*buffer = larger;
	return true;
}

/*
 * The bytes of an open file, from sqlite3_malloc; NULL (and the error).  size
 * is one more than what to expect, so that the end is seen without growing.
 */
static char *
read_all(DbmigCall *call, int file, const char *path, size_t size,
		 size_t *len)
{
	char	   *buffer = NULL;
	ssize_t		got;

	*len = 0;
	for (;;)
	{
		if (*len > FILE_LARGEST)
		{
			reject_large(call, path);
			break;
		}
		if (!grow(&buffer, &size, *len))
		{
			dbmig_host_reject(call, DBMIG_NO_MEMORY, NULL, "out of memory");
			break;
		}
		got = read(file, buffer + *len, size - *len);
		if (got == 0)
			return buffer;
		if (got > 0)
			*len += (size_t) got;
		else if (errno != EINTR)
		{
			system_failed(call, "read file", path);
			break;
		}
	}
	sqlite3_free(buffer);
	return NULL;
}

void
dbmig_files_read(DbmigCall *call, const DbmigOp *op)
{
	/* Without O_NONBLOCK a named pipe would wait for its writer. */
	int			file = open(op->text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	char	   *bytes;
	size_t		len;

	if (file < 0 || fstat(file, &status) != 0)
		system_failed(call, "open file", op->text);
	else if (!S_ISREG(status.st_mode))
		dbmig_host_reject(call, DBMIG_NOT_FOUND, NULL,
						  "\"%s\" is not a regular file", op->text);
	else if (status.st_size > FILE_LARGEST)
		reject_large(call, op->text);
	else
	{
		bytes = read_all(call, file, op->text, (size_t) status.st_size + 1,
						 &len);
		if (bytes != NULL)
			dbmig_content(call->d, bytes, len);
		sqlite3_free(bytes);
	}
	if (file >= 0)
		(void) close(file);
}
