-- AlterTable
ALTER TABLE "User" ADD COLUMN "preferencesJson" TEXT NOT NULL DEFAULT '{}';
