-- AlterTable
ALTER TABLE "Image" ADD COLUMN "parentId" TEXT;
